# Sala with Airflow, for docker-compose.yml. The same hash-locked packages as everywhere else.
FROM python:3.12.12-slim-bookworm

RUN useradd --uid 50000 --create-home --shell /usr/sbin/nologin sala \
    && install -d -o sala -g sala /opt/sala /var/lib/sala /var/lib/sala/home /var/lib/sala/airflow
WORKDIR /opt/sala
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    SALA_HOME=/var/lib/sala/home \
    AIRFLOW_HOME=/var/lib/sala/airflow

# First what changes seldom, so that a change of the code does not install everything again.
COPY requirements.txt ./
RUN pip install --require-hashes --only-binary ":all:" -r requirements.txt -c requirements.txt
COPY LICENSE README.md pyproject.toml ./
COPY warehouse ./warehouse
# The package stays where transforms/ and expectations/ are: it finds them beside itself.
RUN pip install --no-deps --no-build-isolation --no-index -e .
COPY transforms ./transforms
COPY expectations ./expectations
COPY dags ./dags

USER sala
ENTRYPOINT []
CMD ["sala", "--help"]

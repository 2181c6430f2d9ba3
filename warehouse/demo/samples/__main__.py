"""Write the committed samples anew: ``python -m warehouse.demo.samples``."""

from warehouse.demo.samples import deliveries
from warehouse.store.home import PROJECT

for delivery in deliveries():
    path = PROJECT / "expectations" / "partners" / delivery.partner / "sample" / "received" / delivery.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(delivery.content)

"""The demonstration: invented sample exports in, a published warehouse out, through the real Airflow DAGs."""

from warehouse.demo.demonstration import DagsFailed, Demonstration, TaskEnded, figures, run

__all__ = ["DagsFailed", "Demonstration", "TaskEnded", "figures", "run"]

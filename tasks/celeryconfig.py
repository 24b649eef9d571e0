"""Celery's settings, each with the sentence why. Read by name from the app."""

from __future__ import annotations

LEASE_S = 6 * 3600
"""A task that was handed out is handed out again after this time without an acknowledgement. Encodes are long, and
redelivery on a worker's death does not wait for it: the pool's parent returns what its children drop."""

task_acks_late = True
"""A task is acknowledged when it is done, so a worker that dies gives it back."""
task_reject_on_worker_lost = True
"""A killed child's task goes back to its queue at once; attempts are counted by us."""
worker_prefetch_multiplier = 1
"""One task a slot: a fast worker never starves while another hoards."""
task_ignore_result = True
"""The result is the receipt on disk; nobody asks Celery for it."""
task_serializer = "json"
accept_content = ["json"]
"""Nothing that could run code is ever unpacked."""
broker_transport_options = {
    "visibility_timeout": LEASE_S,
    "queue_order_strategy": "priority",  # queues are emptied in the order in which the worker names them
    "global_keyprefix": "showcase:q:",  # a shared Redis holds others' keys too
    "socket_timeout": 30,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
visibility_timeout = LEASE_S
broker_connection_retry_on_startup = True
"""A worker that starts before its broker waits for it."""
broker_connection_max_retries = None
"""And never gives up."""
worker_cancel_long_running_tasks_on_connection_loss = False
"""True loses the task on Celery 5.7 when the broker comes back; the encode goes on instead."""
worker_hijack_root_logger = False
"""Logging is set up by worker.py alone."""
worker_send_task_events = False
QUEUES = ("deliver", "air", "photo", "video", "draft")
"""On-air masters before photos before versions for pages; a delivery before anything, because it is quick."""
task_queues = {name: {"exchange": name, "routing_key": name} for name in QUEUES}
"""A worker that is told no queues serves them all, in this order."""
task_default_queue = "air"
task_routes = {
    "showcase.air": {"queue": "air"},
    "showcase.video": {"queue": "video"},
    "showcase.photo": {"queue": "photo"},
    "showcase.draft": {"queue": "draft"},
    "showcase.deliver": {"queue": "deliver"},
    "showcase.reconcile": {"queue": "deliver"},
}
enable_utc = True

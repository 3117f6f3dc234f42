"""What the DAGs beside share: a session as a task, the question that it waits for, the week."""

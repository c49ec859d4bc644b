"""Use-cases on Frappe: load, ask the engine, store. The only writers of workflow_state and of deadlines."""

"""Safeguarding Escalation: escalate a professional disagreement, stage by stage, within the board's time limits."""

__version__ = "0.1.0"

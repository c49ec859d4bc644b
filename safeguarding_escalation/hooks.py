"""What this app registers with Frappe. A list of names; the logic lives in the modules named."""

app_name = "safeguarding_escalation"
app_title = "Safeguarding Escalation"
app_publisher = "Safeguarding Escalation contributors"
app_description = "Inter-agency escalation of professional disagreement under safeguarding boards' policies"
app_email = "maintainers@safeguarding-escalation.example"
app_license = "MIT"

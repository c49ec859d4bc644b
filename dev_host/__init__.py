"""The developer host: everything `./dev` needs to give a machine a running Frappe with this app in it.

Standard library only, since it runs before anything is installed. Only `inside/` runs in the bench's own Python.
"""

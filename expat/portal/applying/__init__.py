"""The steps of an application, each with its form and its page."""

"""Who may sign in: accounts, their roles, passwords, second factors and open sign-ins."""

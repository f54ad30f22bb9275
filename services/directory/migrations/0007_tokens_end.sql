-- Tokens that have been no good for long are removed.
GRANT DELETE ON directory.access_token TO directory_app;

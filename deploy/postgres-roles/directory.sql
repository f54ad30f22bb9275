-- The two roles of one service, made by a superuser with psql in the database hookswitch; repeating it changes nothing but the passwords.
-- <schema>_owner migrates the schema; <schema>_app, which row-level security binds, does the work. The passwords are files under
-- /run/secrets, or variables: psql --variable=owner=… --variable=app=… (docs/deploy.md).
\set ON_ERROR_STOP on
\if :{?owner} \else
  \set owner `cat /run/secrets/directory-owner-password`
  \set app `cat /run/secrets/directory-app-password`
\endif
SELECT '' IN (:'owner', :'app') AS nothing \gset
\if :nothing
  DO $$ BEGIN RAISE EXCEPTION 'a password is missing: give the variables, or the files under /run/secrets'; END $$;
\endif

REVOKE ALL ON DATABASE hookswitch FROM PUBLIC;

SELECT 'CREATE ROLE directory_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'directory_owner') \gexec
SELECT 'CREATE ROLE directory_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'directory_app') \gexec
ALTER ROLE directory_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
ALTER ROLE directory_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app';
GRANT CONNECT, CREATE ON DATABASE hookswitch TO directory_owner;
GRANT CONNECT ON DATABASE hookswitch TO directory_app;

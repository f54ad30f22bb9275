-- The database's roles, made by a superuser with psql, in the database hookswitch; repeating it changes nothing but the passwords, which
-- come from files under /run/secrets. <schema>_owner migrates its schema; <schema>_app, which row-level security binds, does the work.
-- Without files: psql --variable=call_processing_owner=… --variable=call_processing_app=… (docs/deploy.md).
\set ON_ERROR_STOP on
\if :{?call_processing_owner} \else
  \set call_processing_owner `cat /run/secrets/call-processing-owner-password`
  \set call_processing_app `cat /run/secrets/call-processing-app-password`
\endif
SELECT '' IN (:'call_processing_owner', :'call_processing_app') AS nothing \gset
\if :nothing
  DO $$ BEGIN RAISE EXCEPTION 'a password is missing: give the variables, or the files under /run/secrets'; END $$;
\endif

REVOKE ALL ON DATABASE hookswitch FROM PUBLIC;

SELECT 'CREATE ROLE call_processing_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'call_processing_owner') \gexec
SELECT 'CREATE ROLE call_processing_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'call_processing_app') \gexec
ALTER ROLE call_processing_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'call_processing_owner';
ALTER ROLE call_processing_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'call_processing_app';
GRANT CONNECT, CREATE ON DATABASE hookswitch TO call_processing_owner;
GRANT CONNECT ON DATABASE hookswitch TO call_processing_app;

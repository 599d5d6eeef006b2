#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: the login of the application, which owns nothing.
# `muntada migrate` lets it into the roles muntada_worker and muntada_console.
set -eu
psql --set=ON_ERROR_STOP=1 --no-psqlrc --quiet --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\set password `cat /run/secrets/database_app_password`
CREATE ROLE muntada_app LOGIN PASSWORD :'password';
SQL

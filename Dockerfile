# Two images: `app` (the default) and `proxy`, which is Caddy made able to run as an ordinary user.
FROM caddy:2 AS proxy
RUN mkdir -p /data/caddy /config/caddy && chown -R 10001:10001 /data /config
COPY Caddyfile /etc/caddy/Caddyfile
USER 10001:10001

FROM python:3.12-slim-bookworm AS build
WORKDIR /app
# The packages first and alone: they change more rarely than the code. Hashes are checked, nothing is built.
COPY run.py requirements.lock ./
RUN python -c "import run; run.Environment(run.ROOT).ensure('runtime')"
COPY bot ./bot
COPY storage ./storage
COPY api ./api
COPY locales ./locales
RUN .venv/bin/python -m compileall -q .venv/lib bot storage api

FROM python:3.12-slim-bookworm AS app
LABEL org.opencontainers.image.title="Muntada" org.opencontainers.image.licenses="Apache-2.0"
RUN install -d -o 10001 -g 10001 -m 0700 /data /keys
COPY LICENSE NOTICE /app/
COPY --from=build /app /app
# HOME lies on the tmpfs of docker-compose.yml: some libraries want to write there, and the rest is read-only.
ENV PATH="/app/.venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MUNTADA_HOST=0.0.0.0 \
    MUNTADA_PORT=8000 \
    MUNTADA_DATA_DIR=/data \
    MUNTADA_KEYS_DIR=/keys
WORKDIR /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 CMD ["muntada", "health"]
ENTRYPOINT ["muntada"]
CMD ["serve"]

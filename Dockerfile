# The image runs one command and ends: give it a schedule (cron, systemd, a CronJob), not a loop. `serve` alone stays.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE config.example.toml cli.py ./
COPY commands commands
COPY connectors connectors
COPY mapping mapping
COPY policies policies
COPY reports reports
COPY sandbox sandbox
COPY sync sync
COPY web web
RUN python -m venv /opt/acuerdo \
    && /opt/acuerdo/bin/pip install --no-cache-dir --constraint constraints.txt ".[postgres,reports,web]"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/acuerdo acuerdo
COPY --from=build /opt/acuerdo /opt/acuerdo
USER acuerdo
WORKDIR /var/lib/acuerdo
ENV PYTHONUNBUFFERED=1 \
    PYTHONSAFEPATH=1 \
    XDG_DATA_HOME=/var/lib/acuerdo/data
VOLUME /var/lib/acuerdo/data
# The whole path: in an image a bare `sync` is the one that flushes disks.
ENTRYPOINT ["/opt/acuerdo/bin/acuerdo"]
CMD ["run", "--config", "/etc/acuerdo/config.toml"]

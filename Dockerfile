# The service as an image: `docker build -t binrounds .`, settings from the environment.
FROM python:3.13-slim AS build
# The processor that the search is compiled for, by LLVM's name: `generic` runs everywhere.
ARG CPU=generic
WORKDIR /src
COPY requirements ./requirements
RUN python -m venv /opt/binrounds \
 && /opt/binrounds/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock \
 && /opt/binrounds/bin/pip install --no-cache-dir --require-hashes -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY optimiser ./optimiser
COPY api ./api
COPY fixtures ./fixtures
RUN /opt/binrounds/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/binrounds/bin/pip uninstall --yes hatchling editables
# Away from /src, so that it is the installed sources that are compiled.
# Compiled code is known by its sources' times; layers may keep whole seconds only.
WORKDIR /
RUN find /opt/binrounds -path '*/ruin_engine/*.py' -exec touch -d 2026-01-01T00:00:00Z {} + \
 && NUMBA_CPU_NAME=$CPU BINROUNDS_CACHE_DIR=/opt/binrounds/compiled \
    /opt/binrounds/bin/python -m optimiser.solvers.ruin_engine.warm \
 && chmod -R a+rX /opt/binrounds

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin binrounds \
 && install -d -o binrounds -g binrounds /data
COPY --from=build /opt/binrounds /opt/binrounds
ARG CPU=generic
ENV PATH=/opt/binrounds/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CPU_NAME=$CPU \
    BINROUNDS_LOG_FORMAT=json \
    BINROUNDS_LOG_LEVEL=info \
    BINROUNDS_CACHE_SEED=/opt/binrounds/compiled \
    BINROUNDS_CACHE_DIR=/tmp/binrounds \
    BINROUNDS_HOST=0.0.0.0 \
    BINROUNDS_DATABASE_URL=sqlite:////data/binrounds.sqlite3
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s CMD ["python", "-c", \
  "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["binrounds", "serve"]

# Two stages: the first installs what is locked, the second carries the result and no tools.
# Behind a mirror, pass the machine's own settings as build arguments (PIP_INDEX_URL, UV_DEFAULT_INDEX, NPM_CONFIG_REGISTRY).

FROM python:3.13-slim AS build
ARG PIP_INDEX_URL UV_DEFAULT_INDEX NPM_CONFIG_REGISTRY
WORKDIR /srv/jixiao

# Dependencies first: they change less often than the program.
COPY pyproject.toml README.md LICENSE package.json package-lock.json .npmrc ./
COPY requirements requirements
COPY scripts scripts
COPY app/__init__.py app/__init__.py
RUN bash scripts/make_venv.sh \
    && bash scripts/install.sh requirements/runtime.lock \
    && bash scripts/npm.sh ci

COPY app app
COPY migrations migrations
RUN bash scripts/place_assets.sh \
    && rm -rf node_modules scripts requirements package.json package-lock.json .npmrc \
    && .venv/bin/python -m compileall -q app migrations \
    && .venv/bin/python -m pip uninstall --yes --quiet uv pip


FROM python:3.13-slim
LABEL org.opencontainers.image.title="jixiao" \
      org.opencontainers.image.licenses="Apache-2.0"

RUN useradd --system --uid 10001 --home-dir /srv/jixiao --shell /usr/sbin/nologin jixiao \
    && mkdir -p /srv/jixiao/var \
    && chown jixiao /srv/jixiao/var
COPY --from=build /srv/jixiao /srv/jixiao

WORKDIR /srv/jixiao
ENV PATH="/srv/jixiao/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    JIXIAO_DATA_DIR=/srv/jixiao/var \
    PORT=8000
USER jixiao
VOLUME /srv/jixiao/var
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# One process: the writers of a SQLite database queue inside it.
CMD ["jixiao", "serve", "--host", "0.0.0.0"]

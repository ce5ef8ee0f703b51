# Serving alone: no training code, no tests, no compilers, not root.
FROM python:3.13-slim-trixie AS build
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.txt \
    && /opt/venv/bin/pip uninstall --yes --quiet pip

FROM python:3.13-slim-trixie
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY model model
COPY service service
RUN /opt/venv/bin/python -m compileall -q model service
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=2)"]
CMD ["gunicorn", "-c", "python:service.server", "service.server:app()"]

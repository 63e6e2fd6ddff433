# shopd in a container: built by the scripts and presets that are used
# everywhere, then only the program and the libraries it needs.
#   docker build -t shopd .
#   docker run -e SHOPD_DATABASE_URL=postgresql://... -p 8000:8000 shopd
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/setup scripts/setup
RUN scripts/setup --build
COPY . .
RUN cmake --preset release && cmake --build build/release --target shopd

FROM debian:bookworm-slim
COPY scripts/setup /tmp/setup
RUN /tmp/setup --runtime && rm -rf /tmp/setup /var/lib/apt/lists/* && \
	useradd --system --no-create-home shopd && \
	install -d -o shopd -g shopd /var/lib/shopd/media
COPY --from=build /src/build/release/shopd /usr/local/bin/shopd
COPY --from=build /src/LICENSE /usr/local/share/doc/shopd/LICENSE
USER shopd
ENV SHOPD_BIND=0.0.0.0 SHOPD_PORT=8000 SHOPD_MEDIA_DIR=/var/lib/shopd/media
VOLUME /var/lib/shopd/media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
	CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8000/healthz/"]
STOPSIGNAL SIGTERM
CMD ["shopd", "serve"]

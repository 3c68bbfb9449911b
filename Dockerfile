# Octocut in a container: the app, the library, exports by ffmpeg. See compose.yaml.
FROM node:24-trixie-slim AS build
WORKDIR /app
# better-sqlite3 is compiled where no ready-made binary is to be had.
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends g++ make python3 \
	&& rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN node scripts/build.mjs && rm -rf node_modules/.cache .svelte-kit

FROM node:24-trixie-slim
# VAAPI for Intel and AMD; NVENC comes with the runtime of NVIDIA.
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends ffmpeg libva-drm2 mesa-va-drivers tini \
	&& if [ "$(dpkg --print-architecture)" = amd64 ]; then apt-get install --yes --no-install-recommends intel-media-va-driver; fi \
	&& rm -rf /var/lib/apt/lists/* \
	&& mkdir /data /media/library \
	&& chown node:node /data
WORKDIR /app
COPY --from=build --chown=root:root /app /app
ENV NODE_ENV=production \
	HOST=0.0.0.0 \
	PORT=8787 \
	DATA_DIR=/data \
	NVIDIA_DRIVER_CAPABILITIES=compute,video,utility
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
	CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "scripts/serve.mjs"]

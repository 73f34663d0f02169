# syntax=docker/dockerfile:1
# Debian and not Alpine: the embedded PostgreSQL and the password hashing are glibc builds.
ARG NODE_IMAGE=node:24-bookworm-slim

# ---- build ----------------------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing may depend on install scripts; "prepare" would compile before the sources are here.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.mjs --force

# ---- what runs ------------------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without DATABASE_URL the image starts its embedded PostgreSQL, which is an optional dependency.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    DATA_DIR=/data \
    LOG_FORMAT=json
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY scripts/run.mjs scripts/build.mjs ./scripts/
# The user "node" (1000) of the base image owns only what it has to write.
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 1812/udp 1813/udp 8080/tcp
STOPSIGNAL SIGTERM
# On hosts with ROLES lacking http, override it or set `healthcheck: disable: true`.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]

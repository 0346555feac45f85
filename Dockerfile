# The worker. All stages use Debian: Temporal's SDK has no native code for Alpine's musl.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json index.ts ./
COPY contract contract
COPY google google
COPY activities activities
COPY workflows workflows
COPY client client
COPY config config
COPY nexus nexus
COPY telemetry telemetry
COPY worker worker
COPY devserver devserver
COPY emulator emulator
COPY cli cli
COPY scripts/build-bundle.mjs scripts/
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The optional dependencies are compilers that only the bundler uses.
RUN npm ci --omit=dev --omit=optional --ignore-scripts
COPY scripts/leave-out-bundler.mjs scripts/
RUN node scripts/leave-out-bundler.mjs

# No shell and no package manager, which an intruder could use.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
ENV NODE_ENV=production LOG_FORMAT=json HEALTH_ADDRESS=0.0.0.0:8080 METRICS_ADDRESS=0.0.0.0:9464
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER 65532:65532
EXPOSE 8080 9464
# A worker stops within 8 s; allow 15 (docker stop --timeout 15).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "dist/worker/main.js"]

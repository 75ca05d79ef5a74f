# The worker. The local testbed needs a machine of its own (cgroups, real CPU shares): in a container
# it runs without enforced limits and gives no verdict. Containers are for workers of the simulated
# and aws testbeds.
FROM node:24-bookworm-slim

# For TLS to a Temporal server elsewhere; the slim image trusts nobody.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /crossover
RUN install -d -o node -g node /crossover/.crossover

# Before the sources, so that a change of ours does not install the packages again.
COPY package.json package-lock.json .npmrc ./
COPY src/load/artillery/engine ./src/load/artillery/engine
RUN npm ci --omit=dev && npm cache clean --force

COPY . .

ENV NODE_ENV=production
USER node
VOLUME /crossover/.crossover
STOPSIGNAL SIGTERM
CMD ["node", "worker.ts"]

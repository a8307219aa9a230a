import https from 'node:https';
import http from 'node:http';

/** For clients with a fixed host: sends every request for it to `baseUrl` instead, until it is disposed of. */
export function moveHost(host: string, baseUrl: string): Disposable {
  const target = new URL(baseUrl);
  const original = https.request;
  const moved = (
    options: https.RequestOptions,
    onResponse?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    if ((options.hostname ?? options.host) !== host) return original(options, onResponse);
    const { agent: _agent, servername: _servername, ...kept } = options;
    return http.request(
      {
        ...kept,
        protocol: 'http:',
        host: target.hostname,
        hostname: target.hostname,
        port: target.port,
        path: target.pathname.replace(/\/$/, '') + (options.path ?? '/'),
        headers: { ...(options.headers as http.OutgoingHttpHeaders), host: target.host },
      },
      onResponse,
    );
  };
  https.request = moved as typeof https.request;
  return {
    [Symbol.dispose]: () => {
      https.request = original;
    },
  };
}

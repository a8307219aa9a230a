import http from 'node:http';
import https from 'node:https';

// Loaded before the package of Twilio, which has no option for another host: what it asks its hosts for goes to the twin.

const target = new URL(process.env['TWILIO_TWIN'] ?? '');
const original = https.request;

const moved = (
  options: https.RequestOptions,
  onResponse?: (response: http.IncomingMessage) => void,
): http.ClientRequest => {
  const host = options.hostname ?? options.host ?? '';
  if (!/^(?:api|messaging|content)\.twilio\.com$/.test(host)) return original(options, onResponse);
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

import { moveHost } from './moved-host.ts';

// Loaded before a program that uses the package of Twilio, whose hosts are fixed.
for (const host of ['api.twilio.com', 'messaging.twilio.com', 'content.twilio.com']) {
  moveHost(host, process.env['TWILIO_TWIN'] ?? '');
}

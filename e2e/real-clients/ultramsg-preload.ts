import { moveHost } from './moved-host.ts';

// Loaded before a program that uses UltraMsg's client, whose host is fixed.
moveHost('api.ultramsg.com', process.env['ULTRAMSG_BASE_URL'] ?? '');

import { randomBytes } from 'node:crypto';

/** The JSON of a flow as the form with a file that Meta takes it in. */
export function flowFile(flowJson: string): { contentType: string; content: Buffer } {
  const boundary = `carillon-${randomBytes(16).toString('hex')}`;
  const field = (name: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="flow.json"\r\nContent-Type: application/json\r\n\r\n${flowJson}\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    content: Buffer.from(`${field('name', 'flow.json')}${field('asset_type', 'FLOW_JSON')}${file}--${boundary}--\r\n`),
  };
}

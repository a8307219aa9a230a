// What messages, errors and settings name these providers by; it is in the database and never renamed.
export const smsName = 'twilio-sms';
export const whatsappName = 'twilio-whatsapp';

export type TwilioName = typeof smsName | typeof whatsappName;

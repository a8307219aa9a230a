import { SegmentedMessage } from 'sms-segments-calculator';
import type { SmsSize } from '#channels/provider.ts';

/**
 * What a text is as an SMS. With `smart`, Twilio writes characters such as curly quotes in a way that GSM-7 has (its "smart
 * encoding"), and what is counted is that.
 */
export function measureSms(text: string, smart: boolean): SmsSize {
  const message = new SegmentedMessage(text, 'auto', smart);
  return {
    encoding: message.encodingName,
    segments: Math.max(1, message.segmentsCount),
    characters: message.numberOfCharacters,
    forcing: message.encodingName === 'GSM-7' ? [] : [...new Set(message.getNonGsmCharacters())],
  };
}

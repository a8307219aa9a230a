import { isDatabaseBusy, isDatabaseUnavailable } from './database.ts';
import { Fault, type FaultCode, type FieldProblem } from './fault.ts';
import { escapePointer } from './json-body.ts';
import { patternSentences } from './schema.ts';

type SchemaError = { instancePath: string; keyword: string; params: Record<string, unknown>; message?: string };
type FrameworkError = { code?: string; statusCode?: number; validation?: SchemaError[]; validationContext?: string };

const frameworkCodes: Record<string, FaultCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_url',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'unsupported_media_type',
};

/** The refusal that an error stands for. What is not foreseen is `internal`: our bug, whose details stay with us. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (isDatabaseBusy(error)) {
    return new Fault('overloaded', { detail: 'The database is busy. Try again.', cause: error, retryAfterSeconds: 1 });
  }
  const known = (typeof error === 'object' && error !== null ? error : {}) as FrameworkError;
  if (Array.isArray(known.validation)) return validationFault(known.validation, known.validationContext);
  if (known.code?.startsWith('FST_')) {
    const code = frameworkCodes[known.code];
    if (code !== undefined) return new Fault(code, { cause: error });
  }
  // The caller hung up in the middle of the body. Its code is also that of a lost database, its words are not.
  if (known.code === 'ECONNRESET' && error instanceof Error && error.message === 'aborted') {
    return new Fault('malformed_request', { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    return new Fault('not_ready', {
      detail: 'The database cannot be reached. Try again.',
      cause: error,
      retryAfterSeconds: 2,
    });
  }
  return new Fault('internal', {
    message: error instanceof Error ? error.message : 'A value was thrown.',
    cause: error,
  });
}

function validationFault(errors: SchemaError[], context: string | undefined): Fault {
  if (context === 'params') return unknownPath(errors);
  const prefix = context === 'querystring' ? '?' : '';
  const fields = errors.slice(0, 20).map((error) => fieldProblem(error, prefix));
  const [first] = fields;
  return new Fault('invalid_request', {
    detail: first ? `${first.pointer || 'The body'}: ${first.message}` : '',
    fields,
  });
}

// An identifier of a form that none of ours has cannot be found; the form is nothing to explain. A word out of a list is.
function unknownPath(errors: SchemaError[]): Fault {
  const wrong = errors.find(({ keyword }) => keyword === 'enum');
  if (!wrong) return new Fault('not_found');
  const field = fieldProblem(wrong);
  return new Fault('not_found', { detail: `${field.pointer}: ${field.message}`, fields: [field] });
}

/** One error of the JSON-schema validator in words, with a pointer to the field and never with its value. */
function fieldProblem(error: SchemaError, prefix: '' | '?' = ''): FieldProblem {
  const { params } = error;
  const path = prefix === '?' ? error.instancePath.slice(1) : error.instancePath;
  const child = (name: unknown) =>
    prefix === '?' ? `?${String(name)}` : `${path}/${escapePointer(String(name)).slice(0, 200)}`;
  const here = prefix + path;
  switch (error.keyword) {
    case 'required':
      return { pointer: child(params['missingProperty']), message: 'This field is required.', code: 'required' };
    case 'additionalProperties':
      return { pointer: child(params['additionalProperty']), message: 'There is no such field.', code: 'unknown' };
    case 'type':
      return { pointer: here, message: `It must be ${withArticle(String(params['type']))}.`, code: 'type' };
    case 'enum':
      return { pointer: here, message: `It must be one of: ${listOf(params['allowedValues'])}.`, code: 'enum' };
    case 'const':
      return { pointer: here, message: `It must be ${JSON.stringify(params['allowedValue'])}.`, code: 'enum' };
    case 'discriminator':
      return { pointer: child(params['tag']), message: 'It must be one of the documented kinds.', code: 'enum' };
    case 'format':
      return { pointer: here, message: formatMessage(String(params['format'])), code: 'format' };
    case 'minLength':
      return { pointer: here, message: `It must have at least ${String(params['limit'])} characters.`, code: 'length' };
    case 'maxLength':
      return { pointer: here, message: `It must have at most ${String(params['limit'])} characters.`, code: 'length' };
    case 'minItems':
      return { pointer: here, message: `It must have at least ${String(params['limit'])} entries.`, code: 'length' };
    case 'maxItems':
      return { pointer: here, message: `It must have at most ${String(params['limit'])} entries.`, code: 'length' };
    case 'maxProperties':
      return { pointer: here, message: `It must have at most ${String(params['limit'])} fields.`, code: 'length' };
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return {
        pointer: here,
        message: `It must be ${String(params['comparison'])} ${String(params['limit'])}.`,
        code: 'range',
      };
    case 'pattern':
      return {
        pointer: here,
        message: patternSentences[String(params['pattern'])] ?? 'It does not have the documented form.',
        code: 'format',
      };
    default:
      return { pointer: here, message: `It ${error.message ?? 'is not valid'}.`, code: error.keyword };
  }
}

function withArticle(types: string): string {
  return types
    .split(',')
    .map((type) => `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`.replace('a null', 'null'))
    .join(' or ');
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.slice(0, 40).map(String).join(', ') : '';
}

function formatMessage(format: string): string {
  if (format === 'uuid') return 'It must be an identifier as Carillon gives it (UUID).';
  if (format === 'date-time')
    return 'It must be an instant with an offset between 2000 and 2100, such as 2026-11-22T14:00:00Z.';
  return `It must be in the format ${format}.`;
}

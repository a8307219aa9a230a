import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const notice = `// Made by "npm run generate" from openapi.json. Do not edit.\n\n`;

/** The types of the API as TypeScript, from its OpenAPI document. */
export async function generateSchema(document: object): Promise<string> {
  const schema = structuredClone(document) as OpenAPI3;
  for (const path of Object.values(schema.paths ?? {})) {
    for (const operation of Object.values(path) as { parameters?: { name?: string; required?: boolean }[] }[]) {
      // The server asks for it; the client adds one where the caller has none.
      for (const parameter of operation.parameters ?? [])
        if (parameter.name === 'Idempotency-Key') delete parameter.required;
    }
  }
  return notice + astToString(await openapiTS(schema, { defaultNonNullable: false, silent: true }));
}

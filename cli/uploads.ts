import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { dataOf, type Upload } from '@carillon/sdk';
import type { Command } from 'commander';
import { action } from './context.ts';
import { type PageOptions, pageHint, pageOptions, pageQuery } from './options.ts';
import { fields, mark, table } from './output.ts';
import { UsageProblem } from './settings.ts';

export function addUploadCommands(program: Command): void {
  const uploads = program.command('uploads').description('files to send messages with');

  uploads
    .command('add')
    .description('upload a file, and say what it can be sent as')
    .argument('<file>')
    .action(
      action<object, [string]>(async ({ client, out }, path) => {
        const upload = await client.uploadFile(await openFile(path), basename(path));
        out.result(upload, () => `${mark(true, upload.id)}\n${aboutUpload(upload)}`);
      }),
    );

  pageOptions(uploads.command('list').description('list uploaded files, newest first')).action(
    action<PageOptions>(async ({ client, out, options }) => {
      const page = await dataOf(client.api.GET('/v1/uploads', { params: { query: pageQuery(options) } }));
      const rows = page.data.map((upload) => [
        upload.id,
        upload.filename ?? '',
        upload.mime_type ?? '',
        `${upload.size_bytes} B`,
        kindsOf(upload).join(', '),
      ]);
      const headings = ['id', 'name', 'type', 'size', 'can be sent as'];
      out.result(page, () => table(headings, rows, 'There are no uploads.') + pageHint(page));
    }),
  );

  uploads
    .command('remove')
    .description('forget a file; what was accepted with it is sent all the same')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const answer = await dataOf(client.api.DELETE('/v1/uploads/{id}', { params: { path: { id } } }));
        out.result(answer, () => mark(true, 'removed'));
      }),
    );
}

async function openFile(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch {
    throw new UsageProblem(`The file ${path} cannot be read.`);
  }
}

function aboutUpload(upload: Upload): string {
  const refused = upload.uses.filter(({ problems }) => problems.length > 0);
  return fields([
    ['is', upload.mime_type],
    ['can be sent as', kindsOf(upload).join(', ')],
    ...refused.map(({ kind, problems }): [string, unknown] => [`not as ${kind}`, problems.join(' ')]),
  ]);
}

function kindsOf({ uses }: Upload): string[] {
  return uses.filter(({ problems }) => problems.length === 0).map(({ kind }) => kind);
}

import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, wordsOf } from '#api.ts';
import { FactsTable } from './facts-table.tsx';

type File = Readonly<Record<string, unknown>>;

/** The files of a received message, and whether each was fetched from the provider. */
export function Files({ files, messageId }: { files: readonly File[]; messageId: string }) {
  if (files.length === 0) return null;
  return (
    <>
      <h3>Files</h3>
      {files.map((file) => (
        <FileFacts key={String(file['id'])} file={file} messageId={messageId} />
      ))}
    </>
  );
}

function FileFacts({ file, messageId }: { file: File; messageId: string }) {
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api.POST('/v1/media/{id}/retry', { params: { path: { id: String(file['id']) } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['trace', messageId] }),
  });
  return (
    <>
      <FactsTable detail={file} />
      {file['state'] === 'failed' && (
        <Button size="xs" variant="default" mt="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
          Fetch the file again
        </Button>
      )}
      {retry.isError && (
        <Text size="xs" c="red" role="alert">
          {wordsOf(retry.error)}
        </Text>
      )}
    </>
  );
}

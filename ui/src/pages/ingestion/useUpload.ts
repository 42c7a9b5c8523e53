import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { queryKeys } from '@/api/queryKeys';
import { uploadFile } from '@/api/upload';
import type { FileImport } from './queries';

interface Upload {
  file: File;
  adapter: string;
}

/** Sends a file to be imported; afterwards the import is followed by its id. */
export function useUpload() {
  const client = useQueryClient();
  const [sentShare, setSentShare] = useState(0);
  const mutation = useMutation({
    mutationFn: ({ file, adapter }: Upload) => {
      setSentShare(0);
      const url = new URL('/ingest/files', window.location.origin);
      url.searchParams.set('adapter', adapter);
      url.searchParams.set('name', file.name);
      return uploadFile<FileImport>(url, file, { onProgress: setSentShare });
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: queryKeys.ingestStatus }),
  });
  return {
    send: mutation.mutate,
    isSending: mutation.isPending,
    sentShare,
    fileName: mutation.variables?.file.name,
    importId: mutation.data?.importId,
    error: mutation.error,
    reset: mutation.reset,
  };
}

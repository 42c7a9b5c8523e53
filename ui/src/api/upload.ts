import { ProblemError, type Problem } from './problem';
import { freshAccessToken } from './session';

interface UploadOptions {
  onProgress: (share: number) => void;
  signal?: AbortSignal;
}

function refusalOf(request: XMLHttpRequest): ProblemError {
  const fallback: Problem = {
    type: 'about:blank',
    title: request.status === 0 ? 'The upload was interrupted' : `The server answered ${request.status}`,
    status: request.status,
  };
  try {
    return new ProblemError({ ...fallback, ...(JSON.parse(request.responseText) as Partial<Problem>) });
  } catch {
    return new ProblemError(fallback);
  }
}

/**
 * Sends a file as the body of one request. `fetch` can not tell how much of a body has been sent, so this is
 * the one place that uses XMLHttpRequest.
 */
export async function uploadFile<Answer>(url: URL, file: File, options: UploadOptions): Promise<Answer> {
  const accessToken = await freshAccessToken();
  return new Promise<Answer>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('authorization', `Bearer ${accessToken}`);
    request.setRequestHeader('content-type', 'text/csv');
    request.upload.onprogress = ({ loaded, total }) => options.onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Answer);
      else reject(refusalOf(request));
    };
    request.onerror = () => reject(refusalOf(request));
    request.onabort = () => reject(refusalOf(request));
    options.signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

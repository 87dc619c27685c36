/**
 * Asks the studio for bytes that it keeps.
 * @throws Error in a sentence when it cannot be reached; the browser's own says only that a fetch failed
 */
export async function fetchStored(url: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Error('The studio does not answer. It may have been stopped, or the connection to it is lost.')
  }
}

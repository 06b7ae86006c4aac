// Waiting for something that tells when it has happened.

/** A promise that is settled from outside (`Promise.withResolvers` came after Node 20). */
export function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** Waits for a promise, though not for ever. */
export async function withLimit(promise, limitMs, describe) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(describe())), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads again and again until what is read is right: for what a page does in its own time. */
export async function eventually(read, isRight, limitMs = 20_000) {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

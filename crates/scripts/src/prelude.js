// Runs before the script, in the same sandbox: what it builds is for the script's comfort, not for our safety.
// `send` is the only way out; it takes a request as JSON and gives the number under which the answer is delivered.
((send) => {
  class AccessDenied extends Error {}
  const { parse, stringify } = JSON;
  const waiting = new Map();

  const entriesOf = (headers) =>
    headers === undefined || headers === null
      ? []
      : typeof headers[Symbol.iterator] === 'function'
        ? [...headers]
        : Object.entries(headers);

  const headersOf = (pairs) => {
    const byName = new Map(pairs);
    return {
      get: (name) => byName.get(String(name).toLowerCase()) ?? null,
      has: (name) => byName.has(String(name).toLowerCase()),
      forEach: (visit) => byName.forEach((value, name) => visit(value, name)),
      entries: () => byName.entries(),
      [Symbol.iterator]: () => byName.entries(),
    };
  };

  const responseOf = ({ status, url, headers, body }) => ({
    status,
    url,
    ok: status >= 200 && status < 300,
    statusText: '',
    headers: headersOf(headers),
    text: async () => body,
    json: async () => parse(body),
  });

  globalThis.fetch = (input, init) =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers, body } = init ?? {};
      const request = {
        url: String(input),
        method: String(method).toUpperCase(),
        headers: entriesOf(headers).map(([name, value]) => [String(name), String(value)]),
        body: body === undefined || body === null ? null : String(body),
      };
      waiting.set(send(stringify(request)), { resolve, reject });
    });

  const ignore = () => {};
  globalThis.console = { log: ignore, info: ignore, warn: ignore, error: ignore, debug: ignore, trace: ignore };

  const deliver = (id, text) => {
    const { resolve, reject } = waiting.get(id);
    const answer = parse(text);
    waiting.delete(id);
    if (answer.error === undefined) resolve(responseOf(answer));
    else reject(new TypeError(answer.error));
  };

  const start = async (entry, input) =>
    entry({
      ...parse(input),
      api: {
        denyAccess: (message) => {
          throw new AccessDenied(message === undefined ? '' : String(message));
        },
      },
    });

  const describe = (thrown) =>
    stringify({
      isDenial: thrown instanceof AccessDenied,
      message: String(thrown instanceof Error ? thrown.message : thrown),
    });

  return { start, deliver, describe };
})

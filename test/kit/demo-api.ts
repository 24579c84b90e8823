/** Requests to a demo's API as one of its people. Throws what is refused. */
export interface DemoApi {
  <T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

export async function demoApi(url: string, user: string): Promise<DemoApi> {
  let token = '';
  const send: DemoApi = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  token = (await send<{ token: string }>('POST', '/auth/demo', { user })).token;
  return send;
}

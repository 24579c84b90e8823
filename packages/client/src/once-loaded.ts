/** Loads once, however many ask. Where that fails, as where the page's own files cannot be had, the next one to ask tries again. */
export function onceLoaded<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
}

type Asked = (...args: never[]) => Promise<unknown>;

/** Functions of something that is loaded when the first of them is called. */
export function calls<Name extends string, T extends { readonly [N in Name]: Asked }>(
  loaded: () => Promise<T>,
  names: readonly Name[],
): Pick<T, Name> {
  const call = (name: Name) => [name, async (...args: never[]) => await (await loaded())[name](...args)];
  return Object.fromEntries(names.map(call)) as Pick<T, Name>;
}

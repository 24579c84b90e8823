export function createQueries(_parts: unknown): any {
  return {
    open() {
      throw new Error();
    },
    close() {},
  };
}

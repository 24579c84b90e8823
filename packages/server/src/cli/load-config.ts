import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileConfig, ConfigError, type Schema } from '@concord/schema';
import { checkPatterns } from '../patterns.ts';
import { CliFailure } from './failure.ts';

/** Loads and checks a config, TypeScript or JavaScript. Throws a CliFailure that says what is wrong with it. */
export async function loadConfig(path: string): Promise<Schema> {
  const file = resolve(path);
  const shown = relative(process.cwd(), file) || file;
  if (!existsSync(file))
    throw new CliFailure(`There is no config at ${file}: write one, or name it with --config FILE or CONCORD_CONFIG.`);
  const config = (await load(file, shown)).default;
  if (config === undefined)
    throw new CliFailure(`${shown} has no default export: it should say "export default defineConfig({ … })".`);
  try {
    const schema = compileConfig(config, shown);
    await checkPatterns(schema, shown);
    return schema;
  } catch (error) {
    if (error instanceof ConfigError) throw new CliFailure(error.message, { cause: error });
    throw error;
  }
}

async function load(file: string, shown: string): Promise<{ readonly default?: unknown }> {
  // A config may lie anywhere, also where nothing is installed: what it is written with is the server's own.
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, specifier === '@concord/schema' ? { ...context, parentURL: import.meta.url } : context),
  });
  try {
    return (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new CliFailure(`${shown} cannot be loaded: ${reason}`, { cause: error });
  } finally {
    hooks.deregister();
  }
}

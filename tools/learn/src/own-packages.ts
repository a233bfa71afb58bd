import { registerHooks } from 'node:module';

// The reader's file may lie anywhere, as DATA_DIR says: it finds the packages of this workspace all the same.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier.startsWith('@millrace/') ? { ...context, parentURL: import.meta.url } : context,
    ),
});

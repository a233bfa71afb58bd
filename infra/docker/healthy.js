// Exits 0 when the service of this container says that it is alive.
fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(
  (answer) => process.exit(answer.ok ? 0 : 1),
  () => process.exit(1),
);

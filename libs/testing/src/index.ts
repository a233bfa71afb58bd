export { requireService } from './require-service.ts';
export { type Environment, findCommand, type ServiceName, serviceNames } from './services.ts';

export { allTopics } from './all-topics.ts';
export { sealPaymentEvent } from './card-seal.ts';
export {
  type EmailRequested,
  type EmailStatus,
  emailRequestedSchema,
  emails,
  type PaymentDeclinedEmail,
  type PaymentReceivedEmail,
  type PaymentRefundedEmail,
  type ProductDeliveredEmail,
  type ProductShippedEmail,
} from './emails.ts';
export { isStorable, largestLinePence, largestQuantity, notStorable } from './fields.ts';
export {
  type InventoryEvent,
  inventoryEventSchema,
  inventoryEvents,
  type OrderLine,
  type StockAdjusted,
  type StockLine,
  type StockReceived,
  type StockRequested,
  type StockReturned,
} from './inventory-events.ts';
export {
  type InventoryResult,
  inventoryResultSchema,
  inventoryResults,
  type OrderAllocated,
} from './inventory-results.ts';
export { type PageView, type PageViewed, pageViewSchema, pageViews } from './page-views.ts';
export { isGuest, type Payer, payerOf } from './payer.ts';
export {
  type Card,
  type Channel,
  type PaymentEvent,
  type PaymentRequested,
  paymentEventSchema,
  paymentEvents,
  type RefundRequested,
  type SealedCard,
  type UnsealedPaymentEvent,
  type UnsealedPaymentRequested,
} from './payment-events.ts';
export {
  type DeclineReason,
  type PaymentCaptured,
  type PaymentDeclined,
  type PaymentRefunded,
  type PaymentResult,
  paymentResultSchema,
  paymentResults,
  type RefundDeclined,
  type RefundDeclineReason,
} from './payment-results.ts';
export {
  type LineAllocated,
  type LineBackordered,
  type StockAllocation,
  type StockChanged,
  type StockLevel,
  stockAllocationSchema,
  stockAllocations,
} from './stock-allocations.ts';
export {
  type CreditCause,
  type StockCredited,
  type StockDebited,
  type StockDemanded,
  type StockMovement,
  stockMovementSchema,
  stockMovements,
} from './stock-movements.ts';
export {
  type RequestLogged,
  type WebserverEvent,
  webserverEventSchema,
  webserverEvents,
} from './webserver-events.ts';

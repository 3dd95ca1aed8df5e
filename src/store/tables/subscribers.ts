/** `pending`: has not confirmed. `paused`: mail to it bounced, or was complained about. */
export type SubscriberStatus = 'pending' | 'active' | 'paused';

/** How often somebody wants to hear. */
export type Frequency = 'immediate' | 'daily' | 'weekly';

/** Who asked for mail. The row goes when they leave. */
export interface SubscribersTable {
  id: string;
  /** As it was typed. */
  email: string;
  /** In the one spelling that tells addresses apart. */
  email_key: string;
  status: SubscriberStatus;
  frequency: Frequency;
  /** IANA name: a digest comes in the morning there. */
  timezone: string;
  /** ms since 1970; null for who hears at once. */
  next_digest_at: number | null;
  /** Hard bounces in a row. */
  bounces: number;
  /** 1: a mail came back after its server had taken it, and none was taken since. */
  mail_returned: number;
  /** Why it is paused, for people. */
  paused_reason: string | null;
  created_at: number;
  confirmed_at: number | null;
  /** When it was last sent a mail about its subscription, and how many on that day of UTC: nobody's mailbox is flooded. */
  account_mail_at: number | null;
  account_mails: number;
}

/**
 * The commented watch file that `twinwatch init` writes: one watch, ready once the key is set. Its first
 * line points editors at the schema of a checkout.
 */
export const watchFileTemplate = `# yaml-language-server: $schema=./data/twinwatch.schema.json
# (from an installed package: $schema=./node_modules/twinwatch/data/twinwatch.schema.json)
#
# What Twinwatch watches. Check it with: twinwatch check-config
# Secrets never stand in this file: it names the environment variables that hold them.
version: 1

# SQLite file of all answers and the evidence log, relative to this file.
store: ./twinwatch.db

# Mail server, needed only for alerts by e-mail.
# smtp:
#   host: mail.example.org
#   port: 587
#   secure: false              # true: TLS from the first byte (port 465)
#   from: Twinwatch <twinwatch@example.org>
#   user_env: SMTP_USER
#   password_env: SMTP_PASSWORD

# The web page, served while "twinwatch start" runs. A reverse proxy in front adds TLS.
# web:
#   host: 127.0.0.1
#   port: 8080
#   public_url: https://watch.example.org
#   trust_proxy: true          # the proxy tells the client's address in X-Forwarded-For
#   operator: Example Watch
#   contact: watch@example.org

watches:
  - id: example-model          # stable: the watch's history hangs on it
    title: Example model, listed against released
    claim: The model that the arena lists as "example" is the released example-model.

    # The side that the arena lists. Kinds: openai (any API that speaks chat completions),
    # openai-responses, anthropic, gemini, openrouter, browser (a web site), or recorded (answers from a file).
    listed:
      kind: openai
      base_url: https://arena.example.org/v1
      model: example
      api_key_env: ARENA_API_KEY
      params:
        max_tokens: 1000       # what is left out is not sent
        # temperature: 0.7     # the same on both sides, and above 0
        # system: You are a helpful assistant.

    # The side that the public can use.
    released:
      kind: openrouter
      model: vendor/example-model
      provider: vendor         # only this provider may answer
      api_key_env: OPENROUTER_API_KEY
      params:
        max_tokens: 1000
        # reasoning_effort: low  # for models that reason; the reasoning itself is never compared
      concurrency: 2
      # requests_per_minute: 30
      # price: { input_per_million: 0.5, output_per_million: 2, currency: USD }
      # budget: { money_per_day: 1, money_per_month: 20 }  # also tokens_per_day; where it ends, the watch pauses
      first_byte_timeout: 60s
      total_timeout: 180s
      max_retries: 3

    suites: [arena-chat]       # built in; your own: - file: ./prompts.yaml

    # Every six hours, up to five minutes late at random. Short form: schedule: "0 */6 * * *"
    schedule:
      cron: "0 */6 * * *"
      timezone: UTC
      jitter: 5m

    # Cheap prompts in between. They bring a full round forward when the e-value reaches suspicion.
    # canary: { cron: "*/15 * * * *", trials_per_round: 2, suspicion: 20 }

    trials_per_round: 10
    released_per_trial: 1
    alpha: 0.001               # chance of a false alarm, over the watch's whole life, at most
    # compare_length: 2000     # characters compared; default: twice the smaller max_tokens, else 4000
    window: 10m                # all requests of a trial happen within this time
    # retention: 365d          # texts of answers are removed after this; default: they are kept

    alerts:
      - kind: console
      # - kind: webhook
      #   url: https://example.org/hooks/twinwatch
      #   secret_env: WEBHOOK_SECRET
      # - kind: email
      #   to: [editor@example.org, desk@example.org]
`;

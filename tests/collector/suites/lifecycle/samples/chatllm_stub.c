/* The part of libchatllm.h that the adapter uses, without any model behind it.
 *
 * STUB_LEAK_BYTES   memory kept by every chat that is created, even after it is destroyed
 * STUB_TOKEN_MS     time before the first piece of an answer
 * STUB_TAIL_MS      time after it, so that "when the call returned" is not "the first token"
 * STUB_FAIL_START   what chatllm_start returns
 * STUB_FAIL_INPUT   what chatllm_user_input returns
 *
 * It answers with what it was asked for: format, threads and context length. The functions at the
 * end do nothing; they are there so that the real binding loads it.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef void (*print_fn)(void *user, int kind, const char *text);
typedef void (*end_fn)(void *user);

struct chat {
    print_fn print;
    end_fn end;
    void *user;
    char format[8];
    char threads[8];
    char context[8];
    char last[32]; /* the parameter before */
    char key[32];
    int expects; /* 1: the key of --set comes next, 2: its value */
    char *model;
};

static long setting(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static void wait_ms(long ms) {
    struct timespec span = {ms / 1000, (ms % 1000) * 1000000L};
    nanosleep(&span, NULL);
}

static void *touched(size_t size) {
    volatile char *memory = malloc(size); /* else an optimiser sees that nobody reads it */
    for (size_t place = 0; place < size; place += 4096) memory[place] = 1;
    return (void *)memory;
}

void *chatllm_create(void) {
    struct chat *chat = calloc(1, sizeof *chat);
    strcpy(chat->format, "json");
    return chat;
}

void chatllm_append_param(struct chat *chat, const char *text) {
    if (chat->expects == 1) {
        snprintf(chat->key, sizeof chat->key, "%s", text);
        chat->expects = 2;
    } else if (chat->expects == 2) {
        if (!strcmp(chat->key, "format")) snprintf(chat->format, sizeof chat->format, "%s", text);
        chat->expects = 0;
    } else if (!strcmp(text, "--set")) {
        chat->expects = 1;
    } else if (!strcmp(chat->last, "-n")) {
        snprintf(chat->threads, sizeof chat->threads, "%s", text);
    } else if (!strcmp(chat->last, "-c")) {
        snprintf(chat->context, sizeof chat->context, "%s", text);
    }
    snprintf(chat->last, sizeof chat->last, "%s", text);
}

int chatllm_start(struct chat *chat, print_fn print, end_fn end, void *user) {
    chat->print = print;
    chat->end = end;
    chat->user = user;
    if (setting("STUB_FAIL_START")) {
        print(user, 2, "the model file is of another version");
        return (int)setting("STUB_FAIL_START");
    }
    chat->model = touched(4 << 20);
    if (setting("STUB_LEAK_BYTES")) touched((size_t)setting("STUB_LEAK_BYTES"));
    return 0;
}

int chatllm_user_input(struct chat *chat, const char *text) {
    char words[128];
    (void)text;
    if (setting("STUB_FAIL_INPUT")) {
        chat->print(chat->user, 2, "the audio is too long");
        return (int)setting("STUB_FAIL_INPUT");
    }
    wait_ms(setting("STUB_TOKEN_MS"));
    if (!strcmp(chat->format, "srt")) {
        chat->print(chat->user, 0, "1\n00:00:00,000 --> 00:00:00,500\nAnd\n\n");
    } else {
        chat->print(chat->user, 0, "[{\"start\": 0.0, \"end\": 500.0, \"text\": \"And\"}, ");
        snprintf(words, sizeof words,
                 "{\"start\": 500.0, \"end\": 900.0, \"text\": \"-n %s -c %s\"}]",
                 chat->threads, chat->context);
        chat->print(chat->user, 0, words);
    }
    wait_ms(setting("STUB_TAIL_MS"));
    chat->end(chat->user);
    return 0;
}

void chatllm_restart(struct chat *chat, const char *prompt) {
    (void)chat;
    (void)prompt;
}

int chatllm_destroy(struct chat *chat) {
    free(chat->model);
    free(chat);
    return 0;
}

#define NOTHING(name) int name(void) { return 0; }
NOTHING(chatllm_append_init_param)
NOTHING(chatllm_init)
NOTHING(chatllm_abort_generation)
NOTHING(chatllm_ai_continue)
NOTHING(chatllm_async_ai_continue)
NOTHING(chatllm_async_tool_completion)
NOTHING(chatllm_async_tool_input)
NOTHING(chatllm_async_user_input)
NOTHING(chatllm_async_user_input_multimedia_msg)
NOTHING(chatllm_embedding)
NOTHING(chatllm_load_session)
NOTHING(chatllm_multimedia_msg_append)
NOTHING(chatllm_multimedia_msg_prepare)
NOTHING(chatllm_qa_rank)
NOTHING(chatllm_rag_select_store)
NOTHING(chatllm_save_session)
NOTHING(chatllm_set_additional_args)
NOTHING(chatllm_set_ai_prefix)
NOTHING(chatllm_set_gen_max_tokens)
NOTHING(chatllm_show_statistics)
NOTHING(chatllm_text_tokenize)
NOTHING(chatllm_tool_completion)
NOTHING(chatllm_tool_input)
NOTHING(chatllm_user_input_multimedia_msg)

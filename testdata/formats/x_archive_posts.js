window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [ "1697000000000000001" ],
          "editableUntil" : "2023-08-30T22:35:03.000Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"https://example.com\" rel=\"nofollow\">Example</a>",
      "entities" : {
        "hashtags" : [ { "text" : "とりのこえ", "indices" : [ "14", "20" ] } ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ { "url" : "https://t.co/abc", "expanded_url" : "https://example.com/beans", "display_url" : "example.com/beans", "indices" : [ "21", "44" ] } ]
      },
      "display_text_range" : [ "0", "44" ],
      "favorite_count" : "12",
      "id_str" : "1697000000000000001",
      "truncated" : false,
      "retweet_count" : "3",
      "id" : "1697000000000000001",
      "possibly_sensitive" : false,
      "created_at" : "Wed Aug 30 21:35:03 +0000 2023",
      "favorited" : false,
      "full_text" : "深煎り &amp; 浅煎り、届きました ☕\n#とりのこえ https://t.co/abc",
      "lang" : "ja"
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "Example",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ { "name" : "はな", "screen_name" : "hanako", "indices" : [ "3", "10" ], "id_str" : "2", "id" : "2" } ],
        "urls" : [ ]
      },
      "display_text_range" : [ "0", "30" ],
      "favorite_count" : "0",
      "id_str" : "1697000000000000002",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1697000000000000002",
      "created_at" : "Wed Aug 30 22:30:00 +0000 2023",
      "favorited" : false,
      "full_text" : "RT @hanako: とても長い感想が途中で…",
      "lang" : "ja"
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "Example",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ { "name" : "はな", "screen_name" : "hanako", "indices" : [ "0", "7" ], "id_str" : "2", "id" : "2" } ],
        "urls" : [ ]
      },
      "display_text_range" : [ "0", "30" ],
      "favorite_count" : "1",
      "in_reply_to_status_id_str" : "1697000000000000000",
      "id_str" : "1697000000000000003",
      "in_reply_to_user_id" : "2",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1697000000000000003",
      "in_reply_to_status_id" : "1697000000000000000",
      "created_at" : "Wed Aug 30 23:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "@hanako ありがとうございます!",
      "lang" : "ja",
      "in_reply_to_screen_name" : "hanako",
      "in_reply_to_user_id_str" : "2"
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "Example",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ { "url" : "https://t.co/q", "expanded_url" : "https://twitter.com/hanako/status/1697000000000000000", "display_url" : "twitter.com/hanako/status/1…", "indices" : [ "8", "31" ] } ]
      },
      "display_text_range" : [ "0", "31" ],
      "favorite_count" : "5",
      "id_str" : "1697000000000000004",
      "truncated" : false,
      "retweet_count" : "1",
      "id" : "1697000000000000004",
      "created_at" : "Thu Aug 31 00:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "うれしい感想 https://t.co/q",
      "lang" : "ja"
    }
  }
]

window.YTD.account.part0 = [
  {
    "account" : {
      "email" : "shop@example.com",
      "createdVia" : "web",
      "username" : "torinokoe_coffee",
      "accountId" : "1",
      "createdAt" : "2018-10-10T20:19:24.000Z",
      "accountDisplayName" : "珈琲焙煎所 とりのこえ"
    }
  }
]
